"""The accounts a person has: proof first, then revoke, then verify; one folder a service (docs/kinds/account.md)."""
