"""What other parties claim: taken in, and laid beside a filing for those who may see it."""
