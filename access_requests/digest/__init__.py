"""One email a day for whoever decides and wants it so, instead of one for each request."""
