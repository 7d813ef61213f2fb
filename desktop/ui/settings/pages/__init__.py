"""The pages of the settings beside the models; each is one class."""
