"""One request: what is asked, of which pool and client, by which settings; and how it is refused."""
