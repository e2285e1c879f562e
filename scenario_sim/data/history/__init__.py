"""The record of acts, exercises and contacts since 2012, and its sources."""
