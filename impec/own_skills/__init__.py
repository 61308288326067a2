"""The trainee's own pages about what she can do: her space is the training room's, her skills the tutoring room's."""
