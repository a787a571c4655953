"""Field work: visits and routes, and the days there are for them."""
