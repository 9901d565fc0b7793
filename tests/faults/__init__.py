"""Networks, servers and processes misbehave: nothing is lost, sent twice or half done."""
