"""European Union: customs law of the Union, VAT and parcel fees of its member states."""
