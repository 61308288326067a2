"""The trainee's own pages about her meetings: her space is the training room's, the meetings the tutoring room's."""
