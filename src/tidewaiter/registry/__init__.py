"""Who is known: people and their accounts, machines and their keys, filers, carriers, offices, agencies, vendors."""
