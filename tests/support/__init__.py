"""What several tests share. There are no tests here."""
