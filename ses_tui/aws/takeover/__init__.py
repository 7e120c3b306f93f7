"""Reading another recorder's tables, and storing what they hold."""
