"""The site: where the service's doors are joined into one web application."""
