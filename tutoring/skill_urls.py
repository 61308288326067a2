"""Grids of skills and what becomes of them: a part of tutoring/urls.py, under the same names."""

from django.urls import path

from tutoring.views import booklet, experience, grids, progress

urlpatterns = [
    path("grilles/", grids.GridList.as_view(), name="grid_list"),
    path("grilles/<int:pk>/", grids.GridDetail.as_view(), name="grid_detail"),
    path("grilles/<int:pk>/corriger/", grids.WriteGrid.as_view(), name="grid_write"),
    path("contrats/<int:pk>/metier/", grids.ChooseTrade.as_view(), name="choose_trade"),
    path("contrats/<int:pk>/savoir-faire/", progress.ContractSkills.as_view(), name="contract_skills"),
    path("contrats/<int:pk>/livret/", booklet.Booklet.as_view(), name="booklet"),
    path("contrats/<int:pk>/attestation/", experience.IssueExperience.as_view(), name="issue_experience"),
    path("attestations/<int:pk>/", experience.ExperienceDetail.as_view(), name="experience_certificate"),
    path("attestations/<int:pk>/annuler/", experience.VoidExperience.as_view(), name="void_experience"),
    path("savoir-faire/a-discuter/", progress.PointList.as_view(), name="point_list"),
    path("savoir-faire/a-discuter/<int:pk>/", progress.DiscussPoint.as_view(), name="discuss_point"),
]
