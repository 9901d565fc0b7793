"""What `amplify_auth` puts on the wire, compared with recordings of the JavaScript client. See README.md."""
