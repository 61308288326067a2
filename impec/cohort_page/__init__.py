"""La page de la cohorte : douze mois sur un écran, chaque chiffre ouvrant ses lignes."""
