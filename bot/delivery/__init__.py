"""Carries decisions out: lanes that bring cards and copies to what is wanted, in order, once."""
