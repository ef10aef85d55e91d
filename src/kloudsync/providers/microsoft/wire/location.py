"""Where an event takes place."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen, resolve_types

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


class LocationType(StrEnum):
    """What sort of place it is."""

    DEFAULT = "default"
    CONFERENCE_ROOM = "conferenceRoom"
    HOME_ADDRESS = "homeAddress"
    BUSINESS_ADDRESS = "businessAddress"
    GEO_COORDINATES = "geoCoordinates"
    STREET_ADDRESS = "streetAddress"
    HOTEL = "hotel"
    RESTAURANT = "restaurant"
    LOCAL_BUSINESS = "localBusiness"
    POSTAL_ADDRESS = "postalAddress"


class LocationUniqueIdType(StrEnum):
    """Who knows the place by its unique id."""

    UNKNOWN = "unknown"
    LOCATION_STORE = "locationStore"
    DIRECTORY = "directory"
    PRIVATE = "private"
    BING = "bing"


@frozen(kw_only=True, repr=False)
class PhysicalAddress(JSONObject):
    """A postal address.

    Attributes:
        street: Street and number.
        city: The city.
        state: The state or province.
        country_or_region: The country, as a name or a code of two letters.
        postal_code: The postal code.
    """

    street: Maybe[str | None] = UNSET
    city: Maybe[str | None] = UNSET
    state: Maybe[str | None] = UNSET
    country_or_region: Maybe[str | None] = UNSET
    postal_code: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class OutlookGeoCoordinates(JSONObject):
    """A place on earth.

    Attributes:
        latitude: In degrees.
        longitude: In degrees.
        altitude: In metres.
        accuracy: Of latitude and longitude, in metres.
        altitude_accuracy: Of the altitude, in metres.
    """

    latitude: Maybe[float | None] = UNSET
    longitude: Maybe[float | None] = UNSET
    altitude: Maybe[float | None] = UNSET
    accuracy: Maybe[float | None] = UNSET
    altitude_accuracy: Maybe[float | None] = UNSET


@frozen(kw_only=True, repr=False)
class Location(JSONObject):
    """A place.

    Attributes:
        display_name: What it is called.
        location_email_address: The address of a room.
        location_uri: Where more is told of it.
        location_type: What sort of place it is. Read-only.
        unique_id: For internal use only.
        unique_id_type: For internal use only.
        address: Its postal address.
        coordinates: Where it is on earth.
    """

    display_name: Maybe[str | None] = UNSET
    location_email_address: Maybe[str | None] = UNSET
    location_uri: Maybe[str | None] = UNSET
    location_type: Maybe[LocationType | str | None] = UNSET
    unique_id: Maybe[str | None] = UNSET
    unique_id_type: Maybe[LocationUniqueIdType | str | None] = UNSET
    address: Maybe[PhysicalAddress | None] = UNSET
    coordinates: Maybe[OutlookGeoCoordinates | None] = UNSET


resolve_types(Location)  # for classes of other modules that inherit its constructor
