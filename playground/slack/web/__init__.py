"""The Web API: methods under `/slack/api`, strict about tokens, scopes, places and blocks."""
