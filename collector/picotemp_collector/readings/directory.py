"""In: the devices of a store. Out: the device of a name, and the one at a URL."""

from collections.abc import Callable

from picotemp_collector.errors import UnknownDeviceError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.store import Store


class Directory:
    """Every device by name and by URL; tells of URLs that come and that go."""

    def __init__(
        self,
        store: Store,
        came: Callable[[str], None],
        went: Callable[[str], None],
    ) -> None:
        self._store = store
        self._came = came
        self._went = went
        self._devices: dict[str, Device] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        store.watch(lambda _name: None, self._update)
        for view in store.views():
            self._update(view.device.name)

    def named(self, name: str) -> Device | None:
        """Give the device of a name."""
        return self._devices.get(name)

    def at(self, url: str) -> Device | None:
        """Give the device, or one of several, that has a URL."""
        names = self._names.get(url)
        return self._devices[names[0]] if names else None

    def is_up(self, device: Device) -> bool:
        """Whether a device has a fresh reading; a stranger has none."""
        known = self._devices.get(device.name) is device
        return known and self._store.view(device.name).up

    def _update(self, name: str) -> None:
        before = self._devices.pop(name, None)
        try:
            after = self._store.view(name).device
        except UnknownDeviceError:
            after = None
        if after:
            self._devices[name] = after
        if after and not (before and before.url == after.url):
            names = self._names.get(after.url, ())
            self._names[after.url] = (*names, name)
            if not names:
                self._came(after.url)
        if before and not (after and before.url == after.url):
            self._leave(before.url, name)

    def _leave(self, url: str, name: str) -> None:
        self._names[url] = tuple(each for each in self._names[url] if each != name)
        if not self._names[url]:
            del self._names[url]
            self._went(url)
