"""Pages of assets: a list, a page, and forms for each kind; an organisation at a glance; the blast radius."""
