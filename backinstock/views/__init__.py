"""Pages for shoppers: they work without JavaScript, and in the language of who reads them."""
