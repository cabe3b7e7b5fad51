"""How people are reached outside the page: letters, pushes and feeds. No SQL, no decisions."""
