"""Write the report of a study."""
