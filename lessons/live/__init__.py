"""A class while it is held: the requests by which one opens and joins it, and the connection by which all see at once
what changes. What may be done stands in `lessons.classroom`; here it is only asked for."""
