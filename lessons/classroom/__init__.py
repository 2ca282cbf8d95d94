"""A class on this server: who is in it, what they are asked, what they answer and what they post.

`teacher` and `activities` have what only the holder of the teacher's token can do, `student` what members can; `state`
what either sees, `runs` what all see of the runs that are posted.
What a class keeps outlives the server (`tables`); nothing here knows a page or a connection.
"""
