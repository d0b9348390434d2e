"""In: requests. Out: answers of a board that tells of a dead sensor, and reads on."""

from . import _exposition, right


class Server(right.Server):
    """Wrong: the sensor is down, and its last temperature still shown."""

    def families(self) -> list[_exposition.Family]:
        """Say that the sensor is down."""
        return [
            family._replace(samples=[({}, 0)])
            if family.name == "pico_sensor_up"
            else family
            for family in super().families()
        ]
