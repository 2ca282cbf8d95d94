"""A class on this server: who is in it, what they are asked, what they answer and what they post.

`teacher` has what only the holder of the teacher's token can do, `student` what members can, `state` what either sees.
What a class keeps outlives the server (`tables`); nothing here knows a page or a connection.
"""
