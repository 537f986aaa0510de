"""What comes in and goes out: messages and their answers, filings as they stand, notices to others, their delivery."""
