app_name = "tutoring"
urlpatterns = []
