"""What a reply, an edit or a deletion means for a discussion."""
