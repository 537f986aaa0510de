"""Acts: what people do, each one transaction of its effect and its entry in the log."""
