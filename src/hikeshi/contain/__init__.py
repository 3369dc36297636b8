"""封じ込め: the first hour (S1.2, S1.3), one card a page. Cards are data in `cards/<situation>/`."""
