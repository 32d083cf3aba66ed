//! Mail, by way of the server that the operator has named. Its address is the operator's, so nothing is guarded here.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use tokio::time::timeout;

use crate::delivery::{DeliveryError, Trouble};

/// For one message, from connecting to the server's word that it has it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// The mail server or the sender's address cannot be used. The text is for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailSetupError {
    /// The address of the server.
    #[error(
        "--smtp-url cannot be used: write smtps://user:password@host:465, smtp://user:password@host:587?tls=required, \
         or smtp://host:25"
    )]
    Server,
    /// The sender.
    #[error("--mail-from cannot be used: write fieldproof@example.com, or Fieldproof <fieldproof@example.com>")]
    From,
}

impl Mailer {
    /// By the server at `url`, in the name of `from`.
    ///
    /// # Errors
    /// [`MailSetupError`].
    pub fn new(url: &str, from: &str) -> Result<Self, MailSetupError> {
        // The mail library takes the process' provider. One that is there already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| MailSetupError::Server)?;
        let from = from.parse().map_err(|_| MailSetupError::From)?;
        Ok(Self { transport: transport.timeout(Some(PATIENCE)).build(), from })
    }

    /// Sends a text to one address.
    ///
    /// # Errors
    /// [`Trouble::Settings`] when the server refuses for good, such as an address that does not exist; [`Trouble::Busy`] when
    /// it refuses for now, such as a mailbox that is full; others when it cannot be used at all.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<(), DeliveryError> {
        let to_mailbox = to.parse::<Mailbox>();
        let message = to_mailbox.map_err(|error| error.to_string()).and_then(|to| {
            let builder = Message::builder().from(self.from.clone()).to(to).subject(subject);
            builder.header(ContentType::TEXT_PLAIN).body(text).map_err(|error| error.to_string())
        });
        let message = message
            .map_err(|error| DeliveryError::new(Trouble::Settings, format!("No mail can go to {to}: {error}.")))?;
        match timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => {
                Err(DeliveryError::new(Trouble::Settings, format!("The mail server refuses mail to {to}: {error}.")))
            }
            Ok(Err(error)) if error.is_transient() => Err(DeliveryError::new(
                Trouble::Busy,
                format!("The mail server does not take mail to {to} now: {error}; it is tried again."),
            )),
            Ok(Err(error)) => Err(DeliveryError::new(
                Trouble::Unreachable,
                format!("The mail server could not be used for {to} ({error}); it is tried again."),
            )),
            Err(_) => Err(DeliveryError::new(
                Trouble::Unreachable,
                format!("The mail server did not answer within {PATIENCE:?}; it is tried again."),
            )),
        }
    }

    /// Whether the server can be reached and takes the operator's login.
    pub async fn probe(&self) -> Result<(), DeliveryError> {
        let unreachable = |reason: String| DeliveryError::new(Trouble::Unreachable, reason);
        match timeout(PATIENCE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(unreachable("The mail server does not answer as one.".to_owned())),
            Ok(Err(error)) => Err(unreachable(format!("The mail server could not be used: {error}."))),
            Err(_) => Err(unreachable(format!("The mail server did not answer within {PATIENCE:?}."))),
        }
    }
}

/// Whether a text is the address of a mailbox, without a name.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok() && text.is_ascii()
}
