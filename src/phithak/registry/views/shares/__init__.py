"""Pages of data-sharing links: lists, one link, forms, holders, open stores, graph, fragment."""
