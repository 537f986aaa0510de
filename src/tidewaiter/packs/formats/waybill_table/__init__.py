"""An express firm's waybill table."""
