"""What each vendor's service needs, behind the shared vocabulary."""
