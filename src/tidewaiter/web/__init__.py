"""The door for persons: read a form, call one service, render a page. Works without JavaScript."""
