"""What other systems are told: permits issued and revoked, scans, and wards that people come to."""
