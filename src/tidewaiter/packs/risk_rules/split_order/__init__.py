"""SPL-01: one order in several parcels, each within the low-value limit, together above it."""
