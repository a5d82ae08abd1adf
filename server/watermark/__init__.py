"""The invisible mark of pictures: laid on in render workers, read where a file is looked at."""
