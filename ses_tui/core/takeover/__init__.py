"""Taking over what the published recorder (Signiant's aws-ses-recorder) has stored."""
