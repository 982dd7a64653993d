//! The values of the standard picklists, without `-None-`: a table.
//!
//! Stages, industries, ratings and lead statuses are documented by the vendor. The other lists are
//! those that a new organisation is said to have, and are not verified.

pub(super) const LEAD_SOURCE: &[&str] = &[
    "Advertisement",
    "Cold Call",
    "Employee Referral",
    "External Referral",
    "Online Store",
    "Partner",
    "Public Relations",
    "Sales Email Alias",
    "Seminar Partner",
    "Internal Seminar",
    "Trade Show",
    "Web Download",
    "Web Research",
    "Chat",
    "X (Twitter)",
    "Facebook",
];

pub(super) const LEAD_STATUS: &[&str] = &[
    "Attempted to Contact",
    "Contact in Future",
    "Contacted",
    "Junk Lead",
    "Lost Lead",
    "Not Contacted",
    "Pre-Qualified",
    "Not Qualified",
];

pub(super) const INDUSTRY: &[&str] = &[
    "ASP (Application Service Provider)",
    "Data/Telecom OEM",
    "ERP (Enterprise Resource Planning)",
    "Government/Military",
    "Large Enterprise",
    "ManagementISV",
    "MSP (Management Service Provider)",
    "Network Equipment (Enterprise)",
    "Non-management ISV",
    "Optical Networking",
    "Service Provider",
    "Small/Medium Enterprise",
    "Storage Equipment",
    "Storage Service Provider",
    "Systems Integrator",
    "Wireless Industry",
    "ERP",
    "Management ISV",
];

pub(super) const RATING: &[&str] = &[
    "Acquired",
    "Active",
    "Market Failed",
    "Project Cancelled",
    "ShutDown",
];

pub(super) const UNSUBSCRIBED_MODE: &[&str] = &[
    "Consent form",
    "Manual",
    "Unsubscribe link",
    "Zoho campaigns",
];

pub(super) const SALUTATION: &[&str] = &["Mr.", "Mrs.", "Ms.", "Dr.", "Prof."];

pub(super) const ACCOUNT_TYPE: &[&str] = &[
    "Analyst",
    "Competitor",
    "Customer",
    "Distributor",
    "Integrator",
    "Investor",
    "Other",
    "Partner",
    "Press",
    "Prospect",
    "Reseller",
    "Supplier",
    "Vendor",
];

pub(super) const OWNERSHIP: &[&str] = &[
    "Other",
    "Private",
    "Public",
    "Subsidiary",
    "Partnership",
    "Government",
    "Privately Held",
    "Public Company",
];

pub(super) const PIPELINE: &[&str] = &["Standard (Standard)"];

pub(super) const STAGE: &[&str] = &[
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
    "Closed Lost to Competition",
];

pub(super) const DEAL_TYPE: &[&str] = &["Existing Business", "New Business"];

// No source names the reasons for loss that a new organisation has.
pub(super) const REASON_FOR_LOSS: &[&str] = &[];

pub(super) const TASK_STATUS: &[&str] = &[
    "Not Started",
    "Deferred",
    "In Progress",
    "Completed",
    "Waiting for input",
];

pub(super) const TASK_PRIORITY: &[&str] = &["High", "Highest", "Low", "Lowest", "Normal"];

pub(super) const CALL_TYPE: &[&str] = &["Inbound", "Outbound", "Missed"];

pub(super) const CALL_PURPOSE: &[&str] = &[
    "Prospecting",
    "Administrative",
    "Negotiation",
    "Demo",
    "Project",
    "Desk",
];

pub(super) const CALL_RESULT: &[&str] = &[
    "Interested",
    "Not interested",
    "No response/Busy",
    "Requested more info",
    "Requested call back",
    "Invalid number",
];

pub(super) const CALL_STATUS: &[&str] = &["Scheduled", "Completed"];

pub(super) const CAMPAIGN_TYPE: &[&str] = &[
    "Conference",
    "Webinar",
    "Trade Show",
    "Public Relations",
    "Partners",
    "Referral Program",
    "Advertisement",
    "Banner Ads",
    "Direct mail",
    "Email",
    "Telemarketing",
    "Others",
];

pub(super) const CAMPAIGN_STATUS: &[&str] = &["Planning", "Active", "Inactive", "Complete"];

pub(super) const PRODUCT_CATEGORY: &[&str] = &["Hardware", "Software", "CRM Applications"];

pub(super) const MANUFACTURER: &[&str] = &["AltvetPet Inc.", "LexPon Inc.", "MetBeat Corp."];

pub(super) const USAGE_UNIT: &[&str] = &[
    "Box",
    "Carton",
    "Dozen",
    "Each",
    "Hours",
    "Impressions",
    "Lb",
    "M",
    "Pack",
    "Pages",
    "Pieces",
    "Quantity",
    "Reams",
    "Sheet",
    "Spiral Binder",
    "Sq Ft",
];

pub(super) const GL_ACCOUNT: &[&str] = &[
    "Sales-Software",
    "Sales-Hardware",
    "Rental Income",
    "Interest Income",
    "Sales Software Support",
    "Sales Other",
    "Internet Sales",
    "Service-Hardware Labor",
    "Sales-Books",
];

pub(super) const PRICING_MODEL: &[&str] = &["Flat", "Differential"];

pub(super) const QUOTE_STAGE: &[&str] = &[
    "Draft",
    "Negotiation",
    "Delivered",
    "On Hold",
    "Confirmed",
    "Closed Won",
    "Closed Lost",
];

/// The states of orders and invoices.
pub(super) const DOCUMENT_STATUS: &[&str] = &["Created", "Approved", "Delivered", "Cancelled"];

pub(super) const CARRIER: &[&str] = &["FedEX", "UPS", "USPS", "DHL", "BlueDart"];

pub(super) const CASE_ORIGIN: &[&str] = &["Email", "Phone", "Web", "Twitter", "Facebook"];

pub(super) const CASE_STATUS: &[&str] = &["New", "On Hold", "Escalated", "Closed"];

pub(super) const CASE_TYPE: &[&str] = &["Problem", "Feature Request", "Question"];

pub(super) const CASE_PRIORITY: &[&str] = &["High", "Medium", "Low"];

pub(super) const CASE_REASON: &[&str] = &[
    "User did not attend any training",
    "Complex functionality",
    "Existing problem",
    "Instructions not clear",
    "New problem",
];

pub(super) const SOLUTION_STATUS: &[&str] = &["Draft", "Reviewed", "Duplicate"];

/// The origins of a lock (the vendor's page "Get Record Locking Information").
pub(super) const LOCK_SOURCE: &[&str] = &["Manual", "Automatic", "Both"];
