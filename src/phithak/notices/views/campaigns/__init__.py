"""Pages of campaigns, their recipients, address lists, and the page where a code is answered."""
