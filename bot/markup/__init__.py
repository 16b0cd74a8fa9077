"""Rich text, neutral of any platform: the tree, its plain-text view, and Markdown."""
