"""Plug-ins: weekly quantities, outcomes and theories of a user, without a change of the package."""
