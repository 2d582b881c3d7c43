//! What became of a request.

/// What became of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Cut off before it was answered, by the end of the program or of the connection.
    #[default]
    Abandoned,
    /// Passed on, and answered by the endpoint.
    Forwarded,
    /// Acknowledged here.
    Dropped,
    /// Refused, since its type can't be told.
    Rejected,
    /// Forwarded, though the rules would have it dropped.
    WouldDrop,
    /// Forwarded, though the rules would have it refused.
    WouldReject,
    /// Malformed, ambiguous, not signed, or asking for what is not done here.
    Refused,
    /// Answered here, without a judgement.
    Answered,
    /// The sender broke off, or took too long.
    SenderFailed,
    /// The endpoint failed at it, or there was no room for it.
    Failed,
}

impl Outcome {
    /// As the log has it.
    #[must_use]
    pub fn verdict(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Forwarded => "forward",
            Self::Dropped => "drop",
            Self::Rejected => "reject",
            Self::WouldDrop => "would drop",
            Self::WouldReject => "would reject",
            Self::Refused => "refuse",
            Self::Answered => "answer",
            Self::SenderFailed | Self::Failed => "fail",
        }
    }

    /// Whether it concerns who runs this, or the endpoint: then its line is a warning. What senders do wrong they are
    /// told themselves.
    pub(super) fn is_a_warning(self) -> bool {
        match self {
            Self::Abandoned | Self::Failed => true,
            Self::Forwarded
            | Self::Dropped
            | Self::Rejected
            | Self::WouldDrop
            | Self::WouldReject
            | Self::Refused
            | Self::Answered
            | Self::SenderFailed => false,
        }
    }
}
