"""In: files and URLs that list devices. Out: the devices, the last good ones kept."""
