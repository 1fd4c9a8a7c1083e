"""Licences: what a statement says, what a licence asks for, what a profile allows, what is concluded."""
