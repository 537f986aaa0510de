"""SPL-02: many parcels of one seller to one address, each within the low-value limit, together above it."""
