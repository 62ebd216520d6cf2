from sejour.cli import main

main()
