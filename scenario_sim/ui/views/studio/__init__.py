"""The studio: forms for an own lesson and an own scenario, checked while they are filled in."""
